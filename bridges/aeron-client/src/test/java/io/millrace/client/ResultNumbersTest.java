package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultNumbersTest
{
    private final List<String> told = new ArrayList<>();
    private final ResultNumbers numbers = new ResultNumbers();
    private final ResultNumbers.Handler handler = new ResultNumbers.Handler()
    {
        @Override
        public void onCommit(final int writer, final long number)
        {
            told.add("commit " + writer + "." + number);
        }

        @Override
        public void onRestart(final int writer, final long number)
        {
            told.add("restart " + writer + "." + number);
        }
    };

    private void take(
        final int writer, final long epoch, final long base, final boolean isProvisional, final long... results)
    {
        for (final long number : results)
        {
            final int flags = isProvisional ? FrameDescriptor.FLAG_PROVISIONAL : 0;
            told.add((numbers.isNew(writer, number, epoch, base, flags, handler) ? "" : "again ") + number);
        }
    }

    private void expect(final String... wanted)
    {
        assertEquals(List.of(wanted), told);
        told.clear();
    }

    @Test
    void shouldDropWhatComesAgainWhenResultsAreCommitted()
    {
        take(0, 0, 0, false, 3, 4, 7, 4, 7, 8);
        expect("3", "4", "7", "again 4", "again 7", "8");
        assertEquals(2, numbers.repeated());
    }

    @Test
    void shouldTakeBackWhatWasNotCommittedWhenTheJobBeginsAgain()
    {
        take(0, 1, 0, true, 0, 1, 2, 3);
        numbers.commit(0, 2, 1, 0, handler);
        take(1, 1, 0, true, 0);
        numbers.commit(1, 1, 1, 0, handler);
        expect("0", "1", "2", "3", "commit 0.2", "0", "commit 1.1");
        take(0, 2, 2, true, 1, 2);
        expect("restart 0.2", "again 1", "2");
        assertEquals(1, numbers.voided());
    }

    @Test
    void shouldTakeEachAnewWhenTheJobKnowsLessThanWasCommitted()
    {
        take(0, 1, 0, true, 0, 1, 2);
        numbers.commit(0, 3, 1, 0, handler);
        numbers.commit(0, 1, 2, 1, handler);
        take(0, 2, 1, true, 1, 2);
        expect("0", "1", "2", "commit 0.3", "restart 0.1", "1", "2");
        assertEquals(1, numbers.committed(0));
        take(0, 3, 0, true, 0);
        expect("restart 0.1", "restart 0.0", "0");
    }

    @Test
    void shouldGoBackWhereTheJobHasGoneOnSinceItKnewLess()
    {
        take(0, 1, 0, true, 0, 1, 2);
        numbers.commit(0, 3, 1, 0, handler);
        numbers.commit(0, 24, 2, 1, handler);
        take(0, 2, 1, true, 1, 24);
        expect("0", "1", "2", "commit 0.3", "restart 0.1", "commit 0.24", "1", "24");
    }

    @Test
    void shouldGoBackBehindWhatIsKeptWhereTheJobKnowsLess()
    {
        numbers.resumeAfter(0, 5);
        take(0, 9, 3, true, 3, 4);
        expect("restart 0.3", "3", "4");
    }

    @Test
    void shouldCountAsCommittedWhatIsNoLongerProvisional()
    {
        take(0, 1, 0, true, 0, 1);
        take(0, 2, 0, false, 0, 1);
        take(0, 3, 2, true, 1, 2);
        expect("0", "1", "restart 0.0", "0", "1", "again 1", "2");
    }

    @Test
    void shouldGoOnBehindWhatIsKeptWhenTheSubscriberBeginsAgain()
    {
        numbers.resumeAfter(20, 5);
        take(20, 9, 6, true, 4, 5, 6);
        expect("again 4", "again 5", "6");
        assertEquals(6, numbers.committed(20));
        assertEquals(0, numbers.committed(4000));
    }

    @Test
    void shouldTakeEachAnewWhenTheJobThatBeginsAgainKeepsNothing()
    {
        takeAnew(1, 0, 1, 2, 2);
        takeAnew(2, 0, 1, 1);
        takeAnew(1, 5);
        expect("0", "1", "2", "again 2", "restart 0.0", "0", "1", "again 1", "restart 0.0", "5");
    }

    @Test
    void shouldTakeEachOfAJobThatKeepsNothingWhenTheSubscriberBeginsAgain()
    {
        numbers.resumeAfter(0, 5);
        takeAnew(1, 3, 4);
        expect("restart 0.0", "3", "4");
    }

    private void takeAnew(final long epoch, final long... results)
    {
        for (final long number : results)
        {
            final boolean isNew = numbers.isNew(0, number, epoch, 0, FrameDescriptor.FLAG_ANEW, handler);
            told.add((isNew ? "" : "again ") + number);
        }
    }
}
