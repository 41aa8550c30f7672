package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.autograd.Op;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Whatever the framework has, this suite runs, and CUDA has kernels for. */
class NothingIsForgottenTest {
  @Test
  void everyOpOptimizerAndAugmentationIsRun() throws IOException {
    List<Class<?>> all = new ArrayList<>(List.of(Augmentation.class.getPermittedSubclasses()));
    for (String name : List.of("dev.verbatim.ops", "dev.verbatim.optim")) {
      classes(Op.class, name)
          .filter(c -> Op.class.isAssignableFrom(c) || Optimizer.class.isAssignableFrom(c))
          .filter(c -> !Modifier.isAbstract(c.getModifiers()))
          .forEach(all::add);
    }
    List<String> suite = new ArrayList<>();
    for (Class<?> root : List.of(NothingIsForgottenTest.class, OpRun.class)) {
      for (Class<?> c : classes(root, "dev.verbatim.conformance").toList()) {
        suite.add(new String(bytes(c), StandardCharsets.ISO_8859_1));
      }
    }
    List<String> forgotten =
        all.stream()
            .map(c -> c.getName().replace('.', '/'))
            .filter(name -> suite.stream().noneMatch(mentions(name)))
            .toList();
    assertEquals(List.of(), forgotten);
    assertNotEquals(List.of(), all);
  }

  private static Predicate<String> mentions(String name) {
    return Pattern.compile(Pattern.quote(name) + "(?![\\w$])").asPredicate();
  }

  @Test
  void cudaHasEveryKernel() {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        assertEquals(List.of(), left(device.kernels(), Kernels.class));
        assertEquals(List.of(), left(device.kernels().norms(), NormKernels.class));
      }
    }
  }

  /** What is left to the interface: refused, or done one kernel after another. */
  private static List<String> left(Object kernels, Class<?> kind) {
    return Stream.of(kernels.getClass().getMethods())
        .filter(m -> m.getDeclaringClass() == kind && !Modifier.isStatic(m.getModifiers()))
        .map(Method::getName)
        .toList();
  }

  /** The classes of a package that lie where this one does, in a folder or a jar. */
  private static Stream<Class<?>> classes(Class<?> neighbour, String packageName)
      throws IOException {
    Path root = Path.of(location(neighbour));
    String folder = packageName.replace('.', '/') + "/";
    if (Files.isDirectory(root)) {
      try (var files = Files.list(root.resolve(folder))) {
        return named(files.map(file -> file.getFileName().toString()).toList(), packageName);
      }
    }
    try (var jar =
        new ZipFile(root.toFile())) { // not a file system: a small runtime has none for it
      return named(
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
              .map(name -> name.substring(folder.length()))
              .toList(),
          packageName);
    }
  }

  private static URI location(Class<?> c) {
    try {
      return c.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Class<?>> named(List<String> files, String packageName) {
    List<Class<?>> found = new ArrayList<>();
    try {
      for (String name : files) {
        if (name.endsWith(".class") && !name.startsWith("package-info")) {
          found.add(
              Class.forName(
                  packageName + "." + name.substring(0, name.length() - ".class".length()),
                  false,
                  NothingIsForgottenTest.class.getClassLoader()));
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return found.stream();
  }

  private static byte[] bytes(Class<?> c) throws IOException {
    String name = c.getName();
    try (var in = c.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
      return in.readAllBytes();
    }
  }
}
