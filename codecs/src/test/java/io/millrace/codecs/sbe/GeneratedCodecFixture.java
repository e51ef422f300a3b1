package io.millrace.codecs.sbe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
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
import uk.co.real_logic.sbe.generation.java.JavaGenerator;
import uk.co.real_logic.sbe.generation.java.JavaOutputManager;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.xml.IrGenerator;
import uk.co.real_logic.sbe.xml.ParserOptions;
import uk.co.real_logic.sbe.xml.XmlSchemaParser;

/** What the real tool makes of a table's XML, compiled and loaded; its methods are called by their names. */
final class GeneratedCodecFixture implements AutoCloseable
{
    private final String packageName;
    private final String message;
    private final URLClassLoader loader;

    /** @param table in lower case, which names the folder too. */
    GeneratedCodecFixture(final String table, final String xml) throws Exception
    {
        packageName = "io.millrace.rows." + table;
        final Path folder = Path.of("target", "sbe", table);
        generate(xml, folder, packageName);
        compile(folder);
        loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, GeneratedCodecFixture.class.getClassLoader());
        message = Character.toUpperCase(table.charAt(0)) + table.substring(1);
    }

    Object encoder()
    {
        return instance(message + "Encoder");
    }

    Object decoder()
    {
        return instance(message + "Decoder");
    }

    /** A generated class by its simple name. */
    Object instance(final String name)
    {
        try
        {
            return loader.loadClass(packageName + '.' + name).getConstructor().newInstance();
        }
        catch (final ReflectiveOperationException e)
        {
            throw new AssertionError(name, e);
        }
    }

    /** Calls the method of this name whose parameters take the arguments; where it gives nothing, the target. */
    static Object call(final Object target, final String name, final Object... arguments)
    {
        for (final Method method : target.getClass().getMethods())
        {
            if (method.getName().equals(name) && takes(method, arguments))
            {
                try
                {
                    final Object result = method.invoke(target, arguments);
                    return result == null ? target : result;
                }
                catch (final ReflectiveOperationException e)
                {
                    throw new AssertionError(name + Arrays.toString(arguments), e);
                }
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
            if (!type.isInstance(arguments[i]) && MethodType.methodType(type).wrap().returnType() !=
                arguments[i].getClass())
            {
                return false;
            }
        }
        return true;
    }

    private static void generate(final String xml, final Path folder, final String packageName) throws Exception
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
            new JavaOutputManager(folder.toString(), packageName)).generate();
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

    @Override
    public void close() throws IOException
    {
        loader.close();
    }
}
