package io.millrace.engine.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.engine.plan.AggregatePlan.TumblingWindow;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowGridTest
{
    @Test
    void shouldStepAtTheEndOfEveryWindowAndNowhereElse()
    {
        final WindowGrid grid = WindowGrid.of(List.of(new TumblingWindow(6000, 1000), new TumblingWindow(4000, 3000)));
        assertEquals(new WindowGrid(2000, 1000), grid);
        assertEquals(2999, grid.stepAfter(1000));
        assertEquals(2999, grid.stepAfter(2998));
        assertEquals(4999, grid.stepAfter(2999));
        assertEquals(-1001, grid.stepAfter(-3001));
        assertEquals(999, grid.stepAfter(-1001));
    }

    @Test
    void shouldNeverStepWithoutWindows()
    {
        assertEquals(Long.MAX_VALUE, WindowGrid.of(List.of()).stepAfter(5));
    }
}
