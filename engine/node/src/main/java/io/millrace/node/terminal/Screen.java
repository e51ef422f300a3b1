package io.millrace.node.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A page that is drawn in place, on the terminal's other screen, so that what was there before comes back. Each line is
 * written over the one before and only then is its rest wiped: nothing flickers. Where standard output is not a
 * terminal, or is not to be drawn on, pages follow each other.
 *
 * <p><b>Threading:</b> one thread; Ctrl-C brings the terminal back from another.
 */
public final class Screen implements AutoCloseable
{
    private static final String OTHER = "\u001b[?1049h\u001b[?25l";
    private static final String BACK = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String WIPE_LINE = "\u001b[K";
    private static final String WIPE_BELOW = "\u001b[J";
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    private final Terminal terminal;
    private final boolean isDrawn;
    private final Thread hook = new Thread(this::leave, "screen");
    private List<String> page = List.of();
    private boolean isLeft;

    /** Of a terminal, in characters. */
    public record Size(int columns, int rows)
    {
    }

    private Screen(final Terminal terminal, final boolean isDrawn)
    {
        this.terminal = terminal;
        this.isDrawn = isDrawn;
    }

    /** As the launcher found: whether standard output is a terminal. */
    public static boolean isTerminal()
    {
        return Boolean.getBoolean("millrace.table");
    }

    /**
     * Begins to draw.
     *
     * @param isPage whether pages are for people; else each is written as it is.
     */
    public static Screen open(final Terminal terminal, final boolean isPage)
    {
        final Screen screen = new Screen(terminal, isPage && isTerminal());
        if (screen.isDrawn)
        {
            Runtime.getRuntime().addShutdownHook(screen.hook);
            terminal.draw(OTHER);
        }
        return screen;
    }

    /** As large as the terminal is now: it may have been changed. */
    public Size size()
    {
        return isDrawn ? size(USUAL_COLUMNS) : new Size(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** As large as the terminal is now, {@code columns} wide where that can't be told. */
    public static Size size(final int columns)
    {
        try
        {
            final Process process = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            final String[] said = new String(
                process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().split(" ");
            if (process.waitFor(1, TimeUnit.SECONDS) && said.length == 2)
            {
                return new Size(Math.max(20, Integer.parseInt(said[1])), Math.max(5, Integer.parseInt(said[0])));
            }
        }
        catch (final IOException | NumberFormatException e)
        {
            return new Size(columns, USUAL_ROWS);
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
        return new Size(columns, USUAL_ROWS);
    }

    /** Shows a page in place of the one before. */
    public synchronized void show(final List<String> lines, final Size size)
    {
        page = lines;
        if (!isDrawn)
        {
            terminal.answer(String.join("\n", lines) + (lines.size() > 1 ? "\n" : ""));
            return;
        }
        if (isLeft)
        {
            return;
        }
        final boolean isCut = lines.size() > size.rows();
        final StringBuilder drawn = new StringBuilder(HOME);
        for (int i = 0; i < Math.min(lines.size(), size.rows()); i++)
        {
            final String line = isCut && i == size.rows() - 1 ?
                "… " + (lines.size() - i) + " more lines" : lines.get(i);
            drawn.append(i == 0 ? "" : "\r\n").append(line).append(WIPE_LINE);
        }
        terminal.draw(drawn.append(WIPE_BELOW).toString());
    }

    private synchronized void leave()
    {
        if (!isLeft)
        {
            isLeft = true;
            terminal.draw(BACK);
            // What was seen last stays to be read.
            terminal.answer(String.join("\n", page));
        }
    }

    @Override
    public void close()
    {
        if (isDrawn)
        {
            leave();
            try
            {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
            catch (final IllegalStateException e)
            {
                // The process is ending: the hook does nothing any more.
                isLeft = true;
            }
        }
    }
}
