package dev.verbatim.cli;

import java.io.PrintStream;
import java.util.List;
import org.apache.commons.cli.Option;

/** What the program and its verbs can do, as text. */
final class Help {
  private Help() {}

  static void program(List<Verb> verbs, PrintStream out) {
    out.println(
        "verbatim: image-classification experiments that anyone can repeat to the last bit");
    out.println();
    out.println("usage: verbatim VERB [EXPERIMENT] [FLAGS]");
    out.println();
    for (Verb verb : verbs) {
      out.printf("  %-9s %-12s %s%n", verb.name(), verb.arguments(), verb.summary());
    }
    out.println();
    out.println(
        "EXPERIMENT is a name under experiments/ or a path. verbatim VERB --help shows the flags of a verb.");
  }

  static void verb(Verb verb, PrintStream out) {
    out.println("usage: verbatim " + (verb.name() + " " + verb.arguments()).strip() + " [FLAGS]");
    out.println(verb.summary());
    out.println();
    for (Option option : verb.options().getOptions()) {
      String flag =
          (option.getOpt() == null ? "    " : "-" + option.getOpt() + ", ")
              + "--"
              + option.getLongOpt()
              + (option.hasArg() ? " " + option.getArgName() : "");
      out.printf("  %-24s %s%n", flag, option.getDescription());
    }
  }
}
