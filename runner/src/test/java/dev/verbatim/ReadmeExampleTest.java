package dev.verbatim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {
  @TempDir Path folder;

  @Test
  void theExampleInTheReadmeCompilesAndLearns() throws IOException, ReflectiveOperationException {
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("```java\n") + 8;
    String code = readme.substring(begin, readme.indexOf("```", begin));
    Path source = folder.resolve("Example.java");
    Files.writeString(source, code);
    String classPath = System.getProperty("java.class.path");
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", folder.toString(), source.toString());
    assertEquals(0, failed);
    PrintStream before = System.out;
    var printed = new ByteArrayOutputStream();
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      var example = loader.loadClass("Example").getDeclaredConstructor();
      example.setAccessible(true);
      var main = example.getDeclaringClass().getDeclaredMethod("main");
      main.setAccessible(true);
      main.invoke(example.newInstance());
    } finally {
      System.setOut(before);
    }
    String out = printed.toString(StandardCharsets.UTF_8);
    assertTrue(out.startsWith("loss "), out);
    float loss = Float.parseFloat(out.substring(5).strip());
    assertTrue(loss < 0.3f, "ten classes begin at 2.3, the example ended at " + loss);
  }
}
