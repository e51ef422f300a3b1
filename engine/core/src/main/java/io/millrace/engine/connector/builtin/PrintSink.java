package io.millrace.engine.connector.builtin;

import io.millrace.engine.Failures;
import io.millrace.engine.connector.Sink;
import io.millrace.engine.connector.TableOptions;
import java.io.IOException;
import java.io.OutputStream;

/** Rows to a stream that is not closed, buffered until {@link #flush} or until the buffer is full. */
final class PrintSink implements Sink
{
    private static final int BUFFER_BYTES = 64 * 1024;

    private final RowPrinter printer;
    private final OutputStream stream;
    private final TextBuffer text = new TextBuffer();

    PrintSink(final RowPrinter printer, final OutputStream stream)
    {
        this.printer = printer;
        this.stream = stream;
    }

    @Override
    public void write(final long row, final int length)
    {
        printer.print(row, length, text);
        if (text.length() >= BUFFER_BYTES)
        {
            drain();
        }
    }

    @Override
    public void flush()
    {
        printer.show(text);
        if (text.length() > 0)
        {
            drain();
        }
    }

    @Override
    public void end()
    {
        printer.show(text);
        printer.end(text);
        drain();
    }

    private void drain()
    {
        try
        {
            stream.write(text.bytes(), 0, text.length());
            stream.flush();
        }
        catch (final IOException e)
        {
            throw TableOptions.environment("can't write to standard output: " + Failures.reason(e));
        }
        finally
        {
            text.clear();
        }
    }

    @Override
    public void close()
    {
        text.clear();
    }
}
