package io.millrace.perf.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.perf.peer.PeerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracles run in a process with Flink alone, as they do when goldens are made. */
class OracleTest
{
    private static final Path RESOURCES = Path.of("..", "engine");

    @Test
    void shouldReproduceGoldensWhenFlinkRunsAgain() throws IOException, InterruptedException
    {
        final String corpus = RESOURCES.resolve("node/src/test/resources/corpus").toString();
        assertEquals(0, run("CorpusOracle", "check", corpus, "u16", "x29", "f07"));
    }

    @Test
    void shouldFailWhenAGoldenIsNotFlinksAnswer(@TempDir final Path folder) throws IOException, InterruptedException
    {
        final Path corpus = RESOURCES.resolve("node/src/test/resources/corpus");
        for (final String file : List.of("jobs/x29_odd_values.sql", "input/odd_values.jsonl",
            "golden/x29_odd_values.jsonl"))
        {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.copy(corpus.resolve(file), folder.resolve(file));
        }
        final Path golden = folder.resolve("golden/x29_odd_values.jsonl");
        Files.writeString(golden, Files.readString(golden).replace("\"num\":20", "\"num\":21"));
        assertEquals(1, run("CorpusOracle", "check", folder.toString()));
    }

    @Test
    void shouldRecordWhatFlinkSaysOfEachRowWhenItAnswersRefusesAndFails(@TempDir final Path folder)
        throws IOException, InterruptedException
    {
        final Path list = folder.resolve("list.txt");
        Files.writeString(list, "# a few\nset num = i d10\n{num} / 2\nCAST(snum AS INT)\nnosuch\nSUBSTRING(s, l)\n");
        final Path answers = folder.resolve("answers.tsv");
        assertEquals(0, run("FunctionOracle", list.toString(),
            RESOURCES.resolve("sql/src/test/resources/flink/function-input.jsonl").toString(), answers.toString()));
        final List<String> kept = Files.readAllLines(RESOURCES.resolve("sql/src/test/resources/flink/functions.tsv"));
        int compared = 0;
        for (final String line : Files.readAllLines(answers))
        {
            if (!line.startsWith("#"))
            {
                assertEquals(1, kept.stream().filter(line::equals).count(), line);
                compared++;
            }
        }
        assertEquals(5, compared);
    }

    @Test
    void shouldKeepStatementSetsWholeWhenSplittingAJob()
    {
        assertEquals(
            List.of("SET 'a;b' = '--c'", "CREATE VIEW `x;y` AS SELECT 1", "EXECUTE STATEMENT SET\nBEGIN\n INSERT INTO" +
                " a SELECT 1;\n INSERT INTO b SELECT ';';\nEND"),
            JobText.statements("SET 'a;b' = '--c'; -- one; two\n/* three; */ CREATE VIEW `x;y` AS SELECT 1;\n" +
                "EXECUTE STATEMENT SET\nBEGIN\n INSERT INTO a SELECT 1;\n INSERT INTO b SELECT ';';\nEND;\n"));
    }

    @Test
    void shouldExpandEverySetWhenALineNamesSeveral()
    {
        assertEquals(List.of("a + a", "a + b", "b + a", "b + b", "c"),
            ExpressionList.of(List.of("set x = a b", "", "# no", "{x} + {x}", "c", "a + b")));
        assertThrows(IllegalArgumentException.class, () -> ExpressionList.of(List.of("{y}")));
    }

    private static int run(final String oracle, final String... arguments) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx1g",
            "-XX:+UseSerialGC", "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED", "--add-opens=java.base/java.time=ALL-UNNAMED", "-cp",
            PeerProcess.classPath(PeerProcess::isFlinks), "io.millrace.perf.flink." + oracle));
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final int status = process.waitFor();
        System.out.println(said);
        return status;
    }
}
