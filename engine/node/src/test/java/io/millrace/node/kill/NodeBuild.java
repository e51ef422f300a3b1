package io.millrace.node.kill;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * What nodes are started from: a jar that names this build's class path, as the distribution's does, and an archive of
 * loaded classes, without which most of a short life would be the start of Java. For the same reason nodes do
 * without the optimising compiler, unless {@code -Dmillrace.node.options=} says otherwise.
 *
 * <p><b>Ownership:</b> a folder, deleted when this process ends.
 */
final class NodeBuild
{
    private static final String MAIN = "io.millrace.node.Main";
    private static final String WARM_UP = """
        CREATE TABLE events (k STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
          WITH ('connector'='filesystem', 'path'='warm-up.jsonl', 'format'='json');
        CREATE TABLE results (k STRING, c BIGINT, d BIGINT, e TIMESTAMP(3))
          WITH ('connector'='filesystem', 'path'='warm-up', 'format'='json');
        INSERT INTO results SELECT k, COUNT(*), COUNT(DISTINCT n), TUMBLE_END(ts, INTERVAL '1' MINUTE)
          FROM events WHERE n > 0 GROUP BY k, TUMBLE(ts, INTERVAL '1' MINUTE);
        """;

    private final Path folder;
    private final List<String> command = new ArrayList<>();

    private NodeBuild(final Path folder) throws IOException, InterruptedException
    {
        this.folder = folder;
        final Path jar = folder.resolve("node.jar");
        jar(jar);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx512m", "-XX:MaxDirectMemorySize=2g",
            "-XX:-UsePerfData", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"));
        if (Runtime.version().feature() >= 24)
        {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        for (final String option : System.getProperty("millrace.node.options", "-XX:TieredStopAtLevel=1").split(" "))
        {
            if (!option.isEmpty())
            {
                command.add(option);
            }
        }
        final Path archive = folder.resolve("classes.jsa");
        makeArchive(jar, archive);
        if (Files.exists(archive))
        {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(List.of("-jar", jar.toString()));
    }

    /** Once for all tests of this process. */
    private static final class Only
    {
        static final NodeBuild INSTANCE = make();

        private static NodeBuild make()
        {
            try
            {
                final Path folder = Files.createTempDirectory("millrace-node");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return new NodeBuild(folder);
            }
            catch (final IOException e)
            {
                throw new java.io.UncheckedIOException(e);
            }
            catch (final InterruptedException e)
            {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** The command line of a node, without its arguments. */
    static List<String> command()
    {
        return List.copyOf(Only.INSTANCE.command);
    }

    /** The manifest's class path; folders, which an archive of classes can't be of, become jars. */
    private void jar(final Path jar) throws IOException
    {
        final StringBuilder classPath = new StringBuilder();
        int folders = 0;
        for (final String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        {
            final Path path = Path.of(entry);
            if (path.endsWith("test-classes") || !Files.exists(path))
            {
                continue;
            }
            Path named = path;
            if (Files.isDirectory(path))
            {
                named = folder.resolve("classes-" + folders++ + ".jar");
                pack(path, named);
            }
            classPath.append(named.toUri()).append(' ');
        }
        final Manifest manifest = new Manifest();
        final Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, MAIN);
        attributes.put(Attributes.Name.CLASS_PATH, classPath.toString().trim());
        attributes.putValue("Add-Exports",
            "java.base/jdk.internal.misc java.base/sun.nio.ch java.base/jdk.internal.ref");
        attributes.putValue("Add-Opens", "java.base/java.lang.reflect");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }

    private static void pack(final Path from, final Path jar) throws IOException
    {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jar));
            JarOutputStream entries = new JarOutputStream(out))
        {
            Files.walkFileTree(from, new SimpleFileVisitor<>()
            {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes of) throws IOException
                {
                    if (!file.startsWith(from.resolve("META-INF/maven")) && !file.endsWith("META-INF/MANIFEST.MF"))
                    {
                        entries.putNextEntry(new ZipEntry(from.relativize(file).toString()));
                        Files.copy(file, entries);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    private void makeArchive(final Path jar, final Path archive) throws IOException, InterruptedException
    {
        Files.writeString(folder.resolve("warm-up.sql"), WARM_UP);
        Files.writeString(folder.resolve("warm-up.jsonl"), "{\"k\":\"a\",\"n\":1,\"ts\":\"2026-01-01 00:00:00\"}\n");
        final List<String> dump = new ArrayList<>(command);
        dump.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-jar", jar.toString(), "run", "warm-up.sql",
            "--state", "warm-up-state"));
        final Process process = new ProcessBuilder(dump).directory(folder.toFile())
            .redirectErrorStream(true).redirectOutput(folder.resolve("warm-up.txt").toFile()).start();
        try
        {
            process.getOutputStream().close();
            if (process.waitFor() != 0)
            {
                throw new IOException("the first run failed: " + Files.readString(folder.resolve("warm-up.txt")));
            }
        }
        finally
        {
            process.destroyForcibly();
        }
    }

    /** Deletes a folder and all that is in it. */
    static void delete(final Path folder)
    {
        try
        {
            Files.walkFileTree(folder, new SimpleFileVisitor<>()
            {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes of) throws IOException
                {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(final Path of, final IOException e) throws IOException
                {
                    Files.deleteIfExists(of);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        catch (final java.nio.file.NoSuchFileException e)
        {
            return;
        }
        catch (final IOException e)
        {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
