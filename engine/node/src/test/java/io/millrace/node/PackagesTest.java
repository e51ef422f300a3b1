package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages of all modules, by what their sources name: none depends on itself by way of others. */
class PackagesTest
{
    private static final Path ROOT = Path.of("../..");
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("\\b(io\\.millrace(?:\\.[a-z]\\w*)*)\\.[A-Z]");
    /** What names nothing: text and comments. */
    private static final Pattern SILENT = Pattern.compile("\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|(?s:/\\*.*?\\*/)");

    private static SortedMap<String, SortedSet<String>> packages(final List<String> sources)
    {
        final SortedMap<String, SortedSet<String>> packages = new TreeMap<>();
        for (final String source : sources)
        {
            final Matcher own = PACKAGE.matcher(source);
            assertTrue(own.find(), source);
            final SortedSet<String> named = packages.computeIfAbsent(own.group(1), name -> new TreeSet<>());
            NAMED.matcher(SILENT.matcher(source).replaceAll("\"\"")).results().map(found -> found.group(1))
                .filter(name -> !name.equals(own.group(1))).forEach(named::add);
        }
        return packages;
    }

    private static List<String> sources() throws IOException
    {
        final List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT, 16))
        {
            for (final Path file : files.filter(path -> path.toString().endsWith(".java"))
                .filter(path -> path.toString().contains("/src/main/java/")).toList())
            {
                sources.add(Files.readString(file));
            }
        }
        return sources;
    }

    /** What is left when those that depend on no one left, or that no one left depends on, go one after the other. */
    private static Map<String, SortedSet<String>> cycles(final Map<String, SortedSet<String>> packages)
    {
        final Map<String, SortedSet<String>> left = new TreeMap<>(packages);
        left.replaceAll((name, named) -> new TreeSet<>(named));
        boolean isSmaller = true;
        while (isSmaller)
        {
            left.values().forEach(named -> named.retainAll(left.keySet()));
            final SortedSet<String> wanted = new TreeSet<>();
            left.values().forEach(wanted::addAll);
            isSmaller = left.entrySet().removeIf(
                entry -> entry.getValue().isEmpty() || !wanted.contains(entry.getKey()));
        }
        return left;
    }

    @Test
    void shouldDependOnEachOtherWithoutCycles() throws IOException
    {
        final Map<String, SortedSet<String>> packages = packages(sources());
        assertTrue(packages.size() > 50, packages::toString);
        assertEquals(Map.of(), cycles(packages));
    }

    @Test
    void shouldFindACycleAmongOthers()
    {
        final Map<String, SortedSet<String>> packages = packages(List.of(
            "package io.millrace.a;\nimport io.millrace.b.B;\nclass A {}",
            "package io.millrace.b;\nclass B { io.millrace.c.C c; }",
            "package io.millrace.c;\nimport io.millrace.b.B;\nimport io.millrace.d.D;\nclass C {}",
            "package io.millrace.d;\n/** {@link io.millrace.a.A} */\nclass D { String s = \"io.millrace.a.A\"; }"));
        assertEquals(Map.of("io.millrace.b", new TreeSet<>(List.of("io.millrace.c")),
            "io.millrace.c", new TreeSet<>(List.of("io.millrace.b"))), cycles(packages));
    }
}
