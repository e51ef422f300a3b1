package io.millrace.node.job;

import io.millrace.engine.job.JobProgress;
import io.millrace.node.terminal.Numbers;
import io.millrace.node.terminal.Terminal;

/** The one line that shows how a job is doing, drawn in place where standard error is a terminal. */
final class ProgressLine
{
    private static final long INTERVAL_NS = 150_000_000L;
    private static final double SMOOTHING = 0.3;

    private final Terminal terminal;
    private final long startNs;
    private long lastNs;
    private long lastRows;
    private double rate = -1;

    ProgressLine(final Terminal terminal, final long nowNs)
    {
        this.terminal = terminal;
        startNs = nowNs;
        lastNs = nowNs;
    }

    /** Whether it is time to draw. */
    boolean isDue(final long nowNs)
    {
        return terminal.isInteractive() && nowNs - lastNs >= INTERVAL_NS;
    }

    void draw(final long nowNs, final JobProgress progress)
    {
        final double now = (progress.rows() - lastRows) * 1e9 / (nowNs - lastNs);
        rate = rate < 0 ? now : rate + SMOOTHING * (now - rate);
        lastNs = nowNs;
        lastRows = progress.rows();
        terminal.status(text(nowNs, progress));
    }

    private String text(final long nowNs, final JobProgress progress)
    {
        return Numbers.seconds(nowNs - startNs) +
            "  " + Numbers.grouped(progress.rows()) + " rows" +
            "  " + Numbers.rate(rate) + " rows/s" +
            "  watermark " + Numbers.time(progress.watermarkMs()) +
            "  late " + Numbers.grouped(progress.late()) +
            "  dead " + Numbers.grouped(progress.dead()) +
            "  state " + Numbers.bytes(progress.stateBytes()) +
            "  results " + Numbers.grouped(progress.results());
    }
}
