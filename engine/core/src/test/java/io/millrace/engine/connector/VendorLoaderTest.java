package io.millrace.engine.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VendorLoaderTest
{
    private static final String CONNECTOR = """
        package vendor;
        import io.millrace.engine.connector.*;
        import java.util.List;
        public final class Only implements Connector
        {
            public String name() { return Shared.NAME.toString(); }
            public List<Option> sourceOptions() { return List.of(); }
            public List<Option> sinkOptions() { return null; }
            public boolean needsFormat() { return false; }
            public Source openSource(SourceContext context) { throw new UnsupportedOperationException(); }
            public Sink openSink(SinkContext context) { throw new UnsupportedOperationException(); }
        }
        """;

    @TempDir
    private Path folder;

    @Test
    void shouldKeepClassesOfOneNameOfTwoVendorsApart() throws IOException
    {
        make("one", "first");
        make("two", "second");
        Files.createDirectories(folder.resolve("lib/empty"));

        final ConnectorCatalogue catalogue = ConnectorCatalogue.load(folder.resolve("lib"));
        final Connector first = catalogue.connector("first");
        final Connector second = catalogue.connector("second");

        assertNotNull(first);
        assertNotNull(second);
        assertEquals(first.getClass().getName(), second.getClass().getName());
        assertNotSame(first.getClass(), second.getClass());
        assertNotNull(catalogue.connector("filesystem"), "those of the class path are there as well");
        assertNull(catalogue.connector("third"));
        assertEquals(ConnectorCatalogue.load().connectors().size() + 2, catalogue.connectors().size());
    }

    private void make(final String vendor, final String name) throws IOException
    {
        final Path classes = Files.createDirectories(folder.resolve(vendor));
        final Path connector = Files.writeString(folder.resolve("Only.java"), CONNECTOR);
        final Path shared = Files.writeString(folder.resolve("Shared.java"),
            "package vendor; final class Shared { static final StringBuilder NAME = new StringBuilder(\"" + name +
            "\"); }");
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null))
        {
            assertEquals(true, compiler.getTask(null, files, null, List.of("-d", classes.toString(), "-proc:none",
                "-cp", System.getProperty("java.class.path")), null,
                files.getJavaFileObjects(connector, shared)).call());
        }
        final Path lib = Files.createDirectories(folder.resolve("lib").resolve(vendor));
        try (OutputStream out = Files.newOutputStream(lib.resolve("vendor.jar"));
            JarOutputStream jar = new JarOutputStream(out))
        {
            for (final String file : List.of("vendor/Only.class", "vendor/Shared.class"))
            {
                jar.putNextEntry(new ZipEntry(file));
                Files.copy(classes.resolve(file), jar);
            }
            jar.putNextEntry(new ZipEntry("META-INF/services/" + Connector.class.getName()));
            jar.write("vendor.Only".getBytes(StandardCharsets.UTF_8));
        }
    }
}
