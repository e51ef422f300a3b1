package io.millrace.perf.flink;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an oracle reads and writes. <b>Layout:</b> of the output, comments that begin with {@code #}, then a line for
 * each expression: its text, its type or {@code REFUSED:message} or {@code FAILED:message}, and its values, with tabs
 * between them.
 */
final class OracleFile
{
    private static final String LEGEND = """
        # null is NULL; strings are JSON; DECIMAL in plain digits; FLOAT and DOUBLE as Java prints them;
        # TIMESTAMP with nine digits; intervals in milliseconds or months; ERROR:class failed at run time;
        # REFUSED:message was not planned; FAILED:message was planned but can't run.
        # Not edited by hand: perf/README.md says how it is made.
        """;

    private OracleFile()
    {
    }

    /** An expression, its type or why it was refused, and its values. */
    record Answer(String expression, String type, List<String> values)
    {
        static Answer refused(final String expression, final Throwable failure)
        {
            return new Answer(expression, "REFUSED:" + reason(failure), List.of());
        }

        static Answer failed(final String expression, final Throwable failure)
        {
            return new Answer(expression, "FAILED:" + reason(failure), List.of());
        }

        /** The innermost cause's message, without the parser's list of what it expected. */
        private static String reason(final Throwable failure)
        {
            final Throwable root = Rendering.root(failure);
            return Rendering.oneLine(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage())
                .replaceAll(" Was expecting one of: .*", "");
        }

        boolean isRefused()
        {
            return type.startsWith("REFUSED:");
        }
    }

    /** Expressions of a file, or of the list of that name kept here when the file's name is {@code -}. */
    static List<String> expressions(final String file, final String resource) throws IOException
    {
        if (!file.equals("-"))
        {
            return ExpressionList.of(Files.readAllLines(Path.of(file)));
        }
        try (InputStream stream = OracleFile.class.getResourceAsStream(resource))
        {
            if (stream == null)
            {
                throw new IOException(resource + " is not on the class path");
            }
            return ExpressionList.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }

    /** Writes answers below a heading. */
    static void write(final Path output, final List<String> heading, final List<Answer> answers) throws IOException
    {
        try (PrintStream out = new PrintStream(Files.newOutputStream(output), false, StandardCharsets.UTF_8))
        {
            heading.forEach((String line) -> out.print("# " + line + "\n"));
            out.print(LEGEND);
            for (final Answer answer : answers)
            {
                out.print(answer.expression() + "\t" + answer.type() +
                    (answer.values().isEmpty() ? "" : "\t" + String.join("\t", answer.values())) + "\n");
            }
        }
        System.err.println(output + ": " + answers.size() + " expressions, " +
            answers.stream().filter(Answer::isRefused).count() + " refused");
    }
}
