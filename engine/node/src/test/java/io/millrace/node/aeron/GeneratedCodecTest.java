package io.millrace.node.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.millrace.client.ResultSubscriber;
import io.millrace.client.RowSchema;
import io.millrace.codecs.sbe.SbeSchema;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.generation.java.JavaOutputManager;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** A codec that sbe-tool makes from {@code millrace schema}, and 24 bytes before it, with Aeron alone. */
class GeneratedCodecTest
{
    private static final String PACKAGE = "io.millrace.rows.events";
    /** What docs/operating/aeron.md says to put first. */
    private static final byte[] FRAME = {0x10, 0, 1, 0, 0x52, 0x4d, 0, 0};
    private static final int ROWS = 100;

    @TempDir
    Path folder;

    @Test
    void shouldTakeRowsWhenAGeneratedCodecWritesThem() throws Exception
    {
        final String xml = SbeSchema.of("events", AeronJob.EVENT.id(), AeronJob.EVENT.wire());
        assertEquals(AeronJob.EVENT.describe(), RowSchema.ofXml(xml).describe());
        final Path codec = Files.createDirectories(folder.resolve("codec"));
        generate(xml, codec);
        try (AeronJob job = new AeronJob(AeronJob.passing(folder, "aeron:ipc", "sbe", ""), folder);
            URLClassLoader loader = new URLClassLoader(new URL[]{codec.toUri().toURL()}, getClass().getClassLoader());
            ResultSubscriber subscriber = AeronJob.subscriber(folder);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(AeronJob.driver(folder)));
            ExclusivePublication publication = aeron.addExclusivePublication("aeron:ipc", AeronJob.EVENTS))
        {
            assertTrue(subscriber.awaitConnected(10_000), subscriber::reason);
            job.await(publication::isConnected);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024]);
            final Object header = loader.loadClass(PACKAGE + ".MessageHeaderEncoder").getConstructor().newInstance();
            final Object encoder = loader.loadClass(PACKAGE + ".EventsEncoder").getConstructor().newInstance();
            for (int i = 0; i < ROWS; i++)
            {
                buffer.putBytes(0, FRAME);
                buffer.putLong(8, 42, ByteOrder.LITTLE_ENDIAN);
                buffer.putLong(16, i, ByteOrder.LITTLE_ENDIAN);
                call(encoder, "wrapAndApplyHeader", buffer, 24, header);
                call(encoder, "rowKind", (short)0);
                call(encoder, "nulls", (short)0);
                call(encoder, "n", (long)i);
                call(encoder, "ts", 1_700_000_000_000L);
                call(encoder, "k", "codec");
                final int length = 24 + 8 + (int)call(encoder, "encodedLength");
                job.await(() -> publication.offer(buffer, 0, length) > 0);
            }
            final List<String> results = new ArrayList<>();
            job.await(() -> AeronTest.poll(subscriber, results) + results.size() >= ROWS);
            assertEquals("codec:0", results.get(0));
            assertEquals("codec:99", results.get(ROWS - 1));
        }
    }

    private static void generate(final String xml, final Path codec) throws Exception
    {
        final ParserOptions options = ParserOptions.builder().stopOnError(true).suppressOutput(true).build();
        final ByteArrayInputStream bytes = new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
        new JavaGenerator(new IrGenerator().generate(XmlSchemaParser.parse(bytes, options)),
            MutableDirectBuffer.class.getName(), DirectBuffer.class.getName(), false, false, false,
            new JavaOutputManager(codec.toString(), PACKAGE)).generate();
        final List<String> arguments = new ArrayList<>(List.of(
            "-d", codec.toString(), "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(codec))
        {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertEquals(0,
            ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)));
    }

    /** Calls the method of this name whose parameters take the arguments. */
    private static Object call(final Object target, final String name, final Object... arguments) throws Exception
    {
        for (final Method method : target.getClass().getMethods())
        {
            if (method.getName().equals(name) && takes(method.getParameterTypes(), arguments))
            {
                final Object result = method.invoke(target, arguments);
                return result == null ? target : result;
            }
        }
        throw new AssertionError("no " + name + Arrays.toString(arguments) + " in " + target.getClass());
    }

    private static boolean takes(final Class<?>[] types, final Object... arguments)
    {
        boolean takes = types.length == arguments.length;
        for (int i = 0; takes && i < types.length; i++)
        {
            takes = types[i].isInstance(arguments[i]) || types[i] == int.class && arguments[i] instanceof Integer ||
                types[i] == short.class && arguments[i] instanceof Short ||
                types[i] == long.class && arguments[i] instanceof Long;
        }
        return takes;
    }
}
