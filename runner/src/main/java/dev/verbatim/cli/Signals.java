package dev.verbatim.cli;

import dev.verbatim.run.StopRequest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * SIGTERM, SIGHUP and SIGINT ask a training to stop with a checkpoint; where nothing is trained,
 * and at the second time, they end the process at once. Reached by reflection, because {@code
 * sun.misc.Signal} is supported but no part of Java's API; where it is missing, a signal ends the
 * process as ever, and the last checkpoint serves.
 */
final class Signals {
  private static final long REPEAT_NANOS = 500_000_000;

  private final StopRequest stop;
  private volatile ExitCode received = ExitCode.OK;
  private volatile long receivedNanos;

  private Signals(StopRequest stop) {
    this.stop = stop;
  }

  /** Listens from now on. */
  static Signals install(StopRequest stop) {
    var signals = new Signals(stop);
    signals.handle("TERM", ExitCode.STOPPED, ExitCode.TERMINATED);
    signals.handle("HUP", ExitCode.STOPPED, ExitCode.TERMINATED);
    signals.handle("INT", ExitCode.INTERRUPTED, ExitCode.INTERRUPTED);
    return signals;
  }

  /** The exit code of the signal that came, OK if none did. */
  ExitCode received() {
    return received;
  }

  private void handle(String name, ExitCode stopped, ExitCode ended) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "equals" -> {
              return proxy == arguments[0];
            }
            case "hashCode" -> {
              return System.identityHashCode(proxy);
            }
            case "toString" -> {
              return name;
            }
            default -> {}
          }
          long now = System.nanoTime();
          boolean again = received != ExitCode.OK;
          if (again && now - receivedNanos < REPEAT_NANOS) {
            return true; // a terminal that closes sends more than one
          }
          received = stopped;
          receivedNanos = now;
          if (!stop.request(again)) {
            Runtime.getRuntime().halt(ended.code());
          }
          return true; // nobody looks: handle() is void
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object own =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {handlerType}, handler);
      var register = signal.getMethod("handle", signal, handlerType);
      Object which = signal.getConstructor(String.class).newInstance(name);
      Object before = register.invoke(null, which, own);
      if (handlerType.getField("SIG_IGN").get(null).equals(before)) {
        register.invoke(null, which, before); // nohup: it is to be ignored
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // another Java, another system: the signal has its usual effect
    }
  }
}
