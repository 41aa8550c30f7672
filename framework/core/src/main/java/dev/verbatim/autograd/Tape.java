package dev.verbatim.autograd;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The record of a computation on one device.
 *
 * <p>{@link #call} computes and records. {@link #backward} adds the gradients of a loss in reverse
 * order of the record. {@link #reset} ends the step. The record is kept: as long as the next step
 * makes the same calls on the same variables, each finds its entry and its memory again, at the
 * same addresses and without garbage. From the first call that differs on, the record is written
 * anew.
 *
 * <p>Not safe for use by several threads.
 */
public final class Tape implements AutoCloseable {
  /** Stands for an operand that a call does not have. */
  static final Variable ABSENT = new Variable(Tensor.none(), false);

  private static final Shape RANDOM = Shape.of(4);

  private final Backend backend;
  private final Arena arena;
  private final boolean dry;
  private final List<Call> calls = new ArrayList<>();
  private final Deque<Object> owners = new ArrayDeque<>();
  private int cursor;
  private boolean gradientsPlaced;
  private Variable lastResult = ABSENT;
  private final int[] randomOnHost = new int[4];
  private Variable random = ABSENT;
  private boolean training;

  /** An empty record whose values live on this device. */
  public Tape(Backend backend) {
    this(backend, new Arena(backend), false);
  }

  private Tape(Backend backend, Arena arena, boolean dry) {
    this.backend = backend;
    this.arena = arena;
    this.dry = dry;
  }

  /**
   * An empty record for forward passes alone whose values lie where those of another lie: a step on
   * one of them overwrites what the other's last step left.
   */
  public static Tape inPlaceOf(Tape other) {
    return new Tape(other.backend, new Arena(other.backend, other.arena), false);
  }

  /** A record of shapes and costs alone: nothing is computed or allocated. */
  public static Tape dry() {
    Backend none = new DryBackend();
    Tape tape = new Tape(none, new Arena(none), true);
    tape.train(true); // so that layers which only training needs are in the record
    return tape;
  }

  /** The device. */
  public Backend backend() {
    return backend;
  }

  /**
   * Says whether layers behave as in training: batch statistics, dropout. A fresh tape does not.
   */
  public void train(boolean training) {
    this.training = training;
  }

  /** Whether layers behave as in training. */
  public boolean isTraining() {
    return training;
  }

  /**
   * What random numbers of the next calls depend on, beside the place in the network.
   *
   * @param step of the epoch
   */
  public void randomness(long seed, int epoch, int step) {
    randomOnHost[0] = (int) seed;
    randomOnHost[1] = (int) (seed >>> 32);
    randomOnHost[2] = epoch;
    randomOnHost[3] = step;
    backend.write(random().tensor(), randomOnHost);
  }

  /** INT32 on the device: seed (low, high), epoch, step; what {@link #randomness} said. */
  public Variable random() {
    if (random == ABSENT) {
      random =
          dry
              ? new Variable(DryBackend.tensor(DType.INT32, RANDOM), false)
              : new Variable(backend.allocate(DType.INT32, RANDOM), false);
    }
    return random;
  }

  /** Whether nothing is computed. */
  public boolean isDry() {
    return dry;
  }

  /** A leaf without memory, for a {@link #dry} record. */
  public static Variable placeholder(Shape shape) {
    return new Variable(DryBackend.tensor(DType.FLOAT32, shape), false);
  }

  /** Calls an op of one operand. */
  public Variable call(Op op, Variable a) {
    return call(op, a, ABSENT, ABSENT, ABSENT);
  }

  /** Calls an op of two operands. */
  public Variable call(Op op, Variable a, Variable b) {
    return call(op, a, b, ABSENT, ABSENT);
  }

  /** Calls an op of three operands. */
  public Variable call(Op op, Variable a, Variable b, Variable c) {
    return call(op, a, b, c, ABSENT);
  }

  /**
   * Calls an op of four operands.
   *
   * @throws ShapeException if the operands' shapes do not fit
   */
  public Variable call(Op op, Variable a, Variable b, Variable c, Variable d) {
    if (cursor == calls.size() || !calls.get(cursor).matches(op, a, b, c, d)) {
      record(op, a, b, c, d);
    }
    Call call = calls.get(cursor++);
    if (!dry && !op.isView()) {
      op.forward(backend.kernels(), call);
    }
    return call.output();
  }

  /** Until {@link #exit}, calls belong to this owner (a layer); owners nest. */
  public void enter(Object owner) {
    owners.push(owner);
  }

  /** Ends the innermost {@link #enter}. */
  public void exit() {
    owners.pop();
  }

  /** The call made last in this step. */
  public Call latest() {
    return calls.get(cursor - 1);
  }

  /** The record so far. */
  public List<Call> calls() {
    return Collections.unmodifiableList(calls);
  }

  /**
   * Adds the gradients of a loss to every variable of the record that wants one.
   *
   * @param loss a result of this tape with one element
   */
  public void backward(Variable loss) {
    if (loss.shape().size() != 1) { // asked first, so that a step makes no array of arguments
      throw new ShapeException("backward needs a loss of one element, got " + loss.shape());
    }
    begin(loss);
    backend.kernels().fill(gradientFor(loss), 1f);
    walk();
  }

  /**
   * Adds the gradients of {@code Σ gradient · result} to every variable of the record that wants
   * one.
   *
   * @param result a result of this tape
   * @param gradient as many elements as the result
   */
  public void backward(Variable result, Tensor gradient) {
    ShapeException.require(
        gradient.shape().equals(result.shape()),
        "backward needs a gradient of shape %s, got %s",
        result.shape(),
        gradient.shape());
    begin(result);
    backend.kernels().copy(gradient, false, gradientFor(result));
    walk();
  }

  private void begin(Variable result) {
    if (result != lastResult) {
      forgetGradients();
      lastResult = result;
    }
    for (int i = 0; i < cursor; i++) {
      calls.get(i).output().clearGradient();
    }
  }

  private void walk() {
    Kernels k = backend.kernels();
    for (int i = cursor - 1; i >= 0; i--) {
      Call call = calls.get(i);
      if (call.output().hasGradient()) {
        if (call.op().isView()) {
          passThroughView(k, call);
        } else {
          call.op().backward(k, call, call.grads());
        }
        if (!gradientsPlaced) { // later steps find their gradients where the first has put them
          arena.release(call.output().gradientMemory());
        }
      }
    }
    gradientsPlaced = true;
  }

  /** Ends the step: values of this record are free to be overwritten by the next. */
  public void reset() {
    cursor = 0;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    calls.clear();
    cursor = 0;
    arena.close();
    if (random != ABSENT && !dry) {
      backend.release(random.tensor());
      random = ABSENT;
    }
  }

  Tensor gradientFor(Variable variable) {
    if (!variable.gradientMemory().isPresent()) {
      variable.setGradientMemory(arena.allocate(variable.tensor().type(), variable.shape()));
    }
    variable.markGradient();
    return variable.gradientMemory();
  }

  private void passThroughView(Kernels k, Call call) {
    Variable input = call.input(0);
    if (input.wantsGradient()) {
      boolean adds = input.hasGradient();
      k.copy(call.output().gradientMemory(), adds, gradientFor(input));
    }
  }

  private void record(Op op, Variable a, Variable b, Variable c, Variable d) {
    Variable[] inputs =
        Stream.of(a, b, c, d).filter(operand -> operand != ABSENT).toArray(Variable[]::new);
    Shape[] shapes = Call.shapes(inputs);
    Shape shape = op.outputShape(shapes);
    forgetGradients();
    while (calls.size() > cursor) {
      forget(calls.removeLast());
    }
    boolean wantsGradient = false;
    for (Variable input : inputs) {
      wantsGradient |= input.wantsGradient();
    }
    DType type = op.outputType(a.tensor().type());
    Tensor value = op.isView() ? a.tensor().view(shape) : arena.allocate(type, shape);
    List<Shape> savedShapes = op.saved(shapes);
    Tensor[] saved = new Tensor[savedShapes.size()];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = arena.allocate(DType.FLOAT32, savedShapes.get(i));
    }
    Object owner = owners.isEmpty() ? this : owners.peek();
    calls.add(new Call(op, owner, inputs, saved, new Variable(value, wantsGradient), this));
  }

  private void forget(Call call) {
    if (!call.op().isView()) {
      arena.release(call.out());
    }
    for (Tensor saved : call.allSaved()) {
      arena.release(saved);
    }
  }

  /** Where gradients lie depends on the whole record, so a new entry moves them all. */
  private void forgetGradients() {
    if (!gradientsPlaced) {
      return;
    }
    for (Call call : calls) {
      arena.release(call.output().gradientMemory());
      call.output().setGradientMemory(Tensor.none());
    }
    gradientsPlaced = false;
    lastResult = ABSENT;
  }
}
