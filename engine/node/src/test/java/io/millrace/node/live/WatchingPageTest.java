package io.millrace.node.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.live.Measure;
import io.millrace.engine.live.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page on watching a job names every counter and every stage, in the words of the code. */
final class WatchingPageTest
{
    @Test
    void shouldNameEveryCounterAndStage() throws IOException
    {
        final List<String> page = Files.readAllLines(Path.of("../../docs/operating/watching.md"));
        for (final Measure measure : Measure.values())
        {
            final String row = "| `" + measure.key() + "` | " + measure.meaning() + " |";
            assertTrue(page.stream().anyMatch(line -> line.endsWith(row)), () -> measure + ": no row ends in " + row);
        }
        for (final Stage stage : Stage.values())
        {
            assertTrue(page.contains("| " + stage.key() + " | " + stage.meaning() + " |"), stage::key);
        }
        assertEquals(Measure.values().length,
            page.stream().filter(line -> line.matches("\\| (`\\w+`)? *\\| `\\w+` \\| .*")).count());
    }

    @Test
    void shouldGiveEachCounterANumberAndANameOfItsOwn()
    {
        for (final Measure measure : Measure.values())
        {
            assertEquals(measure, Measure.of(measure.id()));
            for (final Measure other : Measure.values())
            {
                assertTrue(measure == other || measure.group() != other.group() || !measure.key().equals(other.key()),
                    measure::toString);
            }
        }
    }
}
