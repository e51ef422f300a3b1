package io.millrace.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What was set is what is read, in whatever order it was set, taken back and set again. */
class RowWriterTest
{
    private static final int ROWS = 20_000;
    private static final long SEED = Long.getLong("millrace.seed", 20_261_123L);
    private static final RowSchema SCHEMA =
        RowSchema.of("t", 7, "a STRING, n BIGINT, b STRING, c STRING, i INT, d STRING");
    private static final int TEXT_BYTES = 256;

    @Test
    void shouldReadWhatWasSetWhateverTheOrder()
    {
        final SplittableRandom random = new SplittableRandom(SEED);
        final RowWriter writer = new RowWriter(SCHEMA, TEXT_BYTES);
        final UnsafeBuffer to = new UnsafeBuffer(ByteBuffer.allocateDirect(1024));
        final RowReader reader = new RowReader(SCHEMA, to);
        final int[] texts = {SCHEMA.column("a"), SCHEMA.column("b"), SCHEMA.column("c"), SCHEMA.column("d")};
        for (int row = 0; row < ROWS; row++)
        {
            final String[] wanted = new String[texts.length];
            writer.begin();
            final boolean isInOrder = random.nextBoolean();
            int at = 0;
            for (int change = random.nextInt(6); change > 0 && at < texts.length; change--)
            {
                final int text = isInOrder ? at : random.nextInt(texts.length);
                at = isInOrder ? at + 1 + random.nextInt(2) : 0;
                wanted[text] = random.nextInt(8) == 0 ? null : "xäy€".repeat(random.nextInt(4));
                set(writer, texts[text], wanted[text], random.nextInt(3));
            }
            writer.setLong(SCHEMA.column("n"), row);
            writer.putInto(to, 16);
            assertTrue(reader.wrap(to, 16, writer.length()), () -> "seed " + SEED);
            for (int i = 0; i < texts.length; i++)
            {
                assertEquals(wanted[i] == null, reader.isNull(texts[i]), () -> "seed " + SEED);
                assertEquals(wanted[i] == null ? "" : wanted[i], reader.getText(texts[i]), () -> "seed " + SEED);
            }
            assertEquals(row, reader.getLong(SCHEMA.column("n")));
            assertTrue(reader.isNull(SCHEMA.column("i")));
        }
    }

    private static void set(final RowWriter writer, final int column, final String text, final int how)
    {
        final byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        if (text == null)
        {
            writer.setNull(column);
        }
        else if (how == 0)
        {
            writer.setText(column, text);
        }
        else if (how == 1)
        {
            writer.setText(column, bytes);
        }
        else
        {
            final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length + 1));
            direct.putBytes(1, bytes);
            writer.setText(column, direct, 1, bytes.length);
        }
    }
}
