package io.millrace.node.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The process's streams: rows to standard output, everything else to standard error. A status line, where standard
 * error is a terminal, is wiped before anything else is written and drawn again by its owner.
 *
 * <p><b>Threading:</b> any thread; one lock orders what reaches the terminal.
 */
public final class Terminal
{
    /** What the C library says of EPIPE; Java has no type for it. */
    private static final String BROKEN_PIPE = "Broken pipe";
    private static final int MAX_WARNINGS = 100;
    private static final String WIPE = "\r\u001b[K";

    private final InputStream stdin;
    private final OutputStream stdout;
    private final PrintStream stderr;
    private final int columns;
    private boolean hasStatus;
    private boolean isReaderGone;
    private final List<String> warnings = new ArrayList<>();

    /** Terminal over the given streams; {@code columns} is 0 where standard error is not a terminal. */
    public Terminal(final InputStream stdin, final OutputStream stdout, final PrintStream stderr, final int columns)
    {
        this.stdin = stdin;
        this.stderr = stderr;
        this.columns = columns;
        this.stdout = new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                write(new byte[]{(byte)b}, 0, 1);
            }

            @Override
            public void write(final byte[] bytes, final int offset, final int length) throws IOException
            {
                synchronized (Terminal.this)
                {
                    wipe();
                    try
                    {
                        stdout.write(bytes, offset, length);
                    }
                    catch (final IOException e)
                    {
                        throw noted(e);
                    }
                }
            }

            @Override
            public void flush() throws IOException
            {
                synchronized (Terminal.this)
                {
                    try
                    {
                        stdout.flush();
                    }
                    catch (final IOException e)
                    {
                        throw noted(e);
                    }
                }
            }
        };
    }

    private IOException noted(final IOException e)
    {
        isReaderGone = BROKEN_PIPE.equals(e.getMessage());
        return e;
    }

    public InputStream stdin()
    {
        return stdin;
    }

    public OutputStream stdout()
    {
        return stdout;
    }

    /** Whether standard output is a pipe that was closed: as after {@code | head}, who reads it has seen enough. */
    public synchronized boolean isReaderGone()
    {
        return isReaderGone;
    }

    public boolean isInteractive()
    {
        return columns > 0;
    }

    int columns()
    {
        return columns;
    }

    /** Writes lines to standard error. */
    public synchronized void say(final String text)
    {
        wipe();
        stderr.println(text);
    }

    /** Says what is wrong though the command goes on. */
    public synchronized void warn(final String text)
    {
        if (warnings.size() < MAX_WARNINGS)
        {
            warnings.add(text);
        }
        say(text);
    }

    /** Warns of what may be met several times, the first time. */
    public synchronized void warnOnce(final String text)
    {
        if (!warnings.contains(text))
        {
            warn(text);
        }
    }

    /** The first warnings that were said. */
    public synchronized List<String> warnings()
    {
        return List.copyOf(warnings);
    }

    /** Writes rows, or what a command was asked for, to standard output. */
    public synchronized void answer(final String text)
    {
        wipe();
        final byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        try
        {
            stdout.write(bytes);
            stdout.flush();
        }
        catch (final IOException e)
        {
            if (!isReaderGone)
            {
                throw new CommandFailure(ExitCode.ENVIRONMENT, "can't write to standard output: " + e.getMessage());
            }
        }
    }

    /** Writes to standard output as it is, at once. */
    synchronized void draw(final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try
        {
            stdout.write(bytes);
            stdout.flush();
        }
        catch (final IOException e)
        {
            isReaderGone = true;
        }
    }

    /** Draws the status line in place of the one before; nothing where standard error is not a terminal. */
    public synchronized void status(final String text)
    {
        if (columns > 0)
        {
            hasStatus = true;
            stderr.print(WIPE + (text.length() < columns ? text : text.substring(0, columns - 1)));
            stderr.flush();
        }
    }

    private void wipe()
    {
        if (hasStatus)
        {
            hasStatus = false;
            stderr.print(WIPE);
            stderr.flush();
        }
    }

    /** Takes the status line away. */
    public synchronized void endStatus()
    {
        wipe();
    }
}
