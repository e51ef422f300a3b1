package io.millrace.codecs.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codecs.Memory;
import io.millrace.codecs.RowKind;
import io.millrace.codecs.RowLayout;
import io.millrace.codecs.SqlType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.generation.java.JavaOutputManager;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** Generates codecs from the XML with the real tool, compiles them and exchanges rows with them both ways. */
class SbeSchemaTest
{
    private static final String PACKAGE = "io.millrace.rows.user_events";
    private static final RowLayout LAYOUT = RowLayout.of(List.of(
        new SqlType.Field("user_id", SqlType.string()), new SqlType.Field("class", SqlType.of(SqlType.Kind.INT)),
        new SqlType.Field("payload", SqlType.row(List.of(
            new SqlType.Field("page_url", SqlType.string()),
            new SqlType.Field("n", SqlType.of(SqlType.Kind.SMALLINT))))),
        new SqlType.Field("wide", SqlType.decimal(38, 2)), new SqlType.Field("fine", SqlType.timestamp(9)),
        new SqlType.Field("rate", SqlType.of(SqlType.Kind.DOUBLE)),
        new SqlType.Field("share", SqlType.of(SqlType.Kind.FLOAT)),
        new SqlType.Field("ok", SqlType.of(SqlType.Kind.BOOLEAN)), new SqlType.Field("amount", SqlType.decimal(10, 2)),
        new SqlType.Field("Größe & \"more\"", SqlType.of(SqlType.Kind.TINYINT)),
        new SqlType.Field("offset", SqlType.of(SqlType.Kind.BIGINT))));

    @Test
    void shouldSayTheSameTextWhenAskedAgain()
    {
        final String xml = SbeSchema.of("user_events", 7, LAYOUT);
        assertEquals(xml, SbeSchema.of("user_events", 7, RowLayout.of(LAYOUT.fields())));
        assertTrue(xml.contains("<data name=\"payload_page_url\" id=\"13\""), xml);
        assertTrue(xml.contains("blockLength=\"" + LAYOUT.blockLength() + '"'), xml);
    }

    @Test
    void shouldExchangeRowsWithGeneratedCodecsBothWays() throws Exception
    {
        final Path folder = Path.of("target", "sbe-schema-test");
        generate(SbeSchema.of("user_events", 7, LAYOUT), folder);
        compile(folder);
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, getClass().getClassLoader()))
        {
            final long row = Memory.allocate(1024);
            Memory.fill(row, 1024, (byte)0);
            write(loader, new UnsafeBuffer(row, 1024));
            assertEquals("user_1", text(row, "user_id"));
            assertEquals("/ä", text(row, "payload.page_url"));
            assertEquals(-5, Memory.getInt(at(row, "class")));
            assertEquals(-1, Memory.getLong(at(row, "wide") + 8));
            assertEquals(999_999, Memory.getInt(at(row, "fine") + 8));
            assertEquals(Long.MIN_VALUE, Memory.getLong(at(row, "offset")));
            assertTrue(RowLayout.isNull(row, LAYOUT.column("ok")));

            Memory.putDouble(at(row, "rate"), 0.5);
            Memory.putShort(at(row, "payload.n"), (short)-300);
            final Object decoder = loader.loadClass(PACKAGE + ".User_eventsDecoder").getConstructor().newInstance();
            call(decoder, "wrap", new UnsafeBuffer(row, 1024), 0, LAYOUT.blockLength(), 0);
            assertEquals(0.5, call(decoder, "rate"));
            assertEquals((short)-300, call(decoder, "payload_n"));
            assertEquals((short)1, call(decoder, "rowKind"));
            assertEquals("user_1", call(decoder, "user_id"));
            assertEquals("/ä", call(decoder, "payload_page_url"));
            assertEquals(LAYOUT.rowLength(row), call(decoder, "encodedLength"));
            Memory.free(row);
        }
    }

    private static void write(final ClassLoader loader, final UnsafeBuffer buffer) throws Exception
    {
        final Object encoder = loader.loadClass(PACKAGE + ".User_eventsEncoder").getConstructor().newInstance();
        call(encoder, "wrap", buffer, 0);
        call(encoder, "rowKind", (short)RowKind.UPDATE_BEFORE.ordinal());
        final RowLayout.Column ok = LAYOUT.column("ok");
        call(encoder, "nulls", ok.index() >> 3, (short)ok.nullMask());
        call(encoder, "class_", -5);
        call(encoder, "offset_", Long.MIN_VALUE);
        final Object wide = call(encoder, "wide");
        call(wide, "low", -1L);
        call(wide, "high", -1L);
        call(call(encoder, "fine"), "nanosecondsOfMillisecond", 999_999);
        call(encoder, "user_id", "user_1");
        call(encoder, "payload_page_url", "/ä");
    }

    /** Calls the method of this name whose parameters take the arguments. */
    private static Object call(final Object target, final String name, final Object... arguments) throws Exception
    {
        for (final Method method : target.getClass().getMethods())
        {
            if (method.getName().equals(name) && takes(method, arguments))
            {
                final Object result = method.invoke(target, arguments);
                return result == null ? target : result;
            }
        }
        throw new AssertionError("no " + name + Arrays.toString(arguments) + " in " + target.getClass());
    }

    private static boolean takes(final Method method, final Object... arguments)
    {
        if (method.getParameterCount() != arguments.length)
        {
            return false;
        }
        for (int i = 0; i < arguments.length; i++)
        {
            final Class<?> type = method.getParameterTypes()[i];
            final boolean isBuffer = type == DirectBuffer.class || type == MutableDirectBuffer.class;
            final Class<?> given = arguments[i].getClass();
            if (!(isBuffer && arguments[i] instanceof UnsafeBuffer || type == given ||
                type == int.class && given == Integer.class || type == short.class && given == Short.class ||
                type == long.class && given == Long.class))
            {
                return false;
            }
        }
        return true;
    }

    private static long at(final long row, final String path)
    {
        return row + LAYOUT.column(path).fixedOffset();
    }

    private static String text(final long row, final String path)
    {
        final long at = LAYOUT.varAddress(row, LAYOUT.column(path).varIndex());
        final byte[] bytes = new byte[Memory.getInt(at)];
        Memory.copy(at + RowLayout.VAR_HEADER_LENGTH, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void generate(final String xml, final Path folder) throws Exception
    {
        Files.createDirectories(folder);
        final Path xsd = folder.resolve("sbe.xsd");
        try (InputStream in = Objects.requireNonNull(XmlSchemaParser.class.getResourceAsStream("/fpl/sbe.xsd")))
        {
            Files.copy(in, xsd, StandardCopyOption.REPLACE_EXISTING);
        }
        final ParserOptions options =
            ParserOptions.builder().stopOnError(true).warningsFatal(true).suppressOutput(true).build();
        final byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        XmlSchemaParser.validate(xsd.toString(), new ByteArrayInputStream(bytes), options);
        final Ir ir = new IrGenerator().generate(XmlSchemaParser.parse(new ByteArrayInputStream(bytes), options));
        new JavaGenerator(
            ir, MutableDirectBuffer.class.getName(), DirectBuffer.class.getName(), false, false, false,
            new JavaOutputManager(folder.toString(), PACKAGE)).generate();
    }

    private static void compile(final Path folder) throws IOException
    {
        final List<String> arguments = new ArrayList<>(List.of(
            "-d", folder.toString(), "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(folder))
        {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        final int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertEquals(0, status);
    }
}
