package io.millrace.node.job;

import io.millrace.engine.Failures;
import io.millrace.node.terminal.CommandFailure;
import io.millrace.node.terminal.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands that read a job take: its file, settings, and options of its tables. */
public final class JobArguments
{
    private static final String STANDARD_INPUT = "-";
    private static final int MAX_JOB_BYTES = 16 << 20;
    /** What some editors write before the first letter. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    @Parameters(paramLabel = "JOB.sql", arity = "0..1",
        description = "The job's Flink SQL; - reads it from standard input.")
    private String file = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting; wins over the job's own SET.")
    private List<String> settings = List.of();

    @Option(names = "-e", paramLabel = "TABLE.OPTION=VALUE",
        description = "An option of a table; another connector drops the old one's options.")
    private List<String> overrides = List.of();

    @Option(names = "--tables", paramLabel = "DIR",
        description = "The state folder whose late$T and dlq$T the job reads; they need no CREATE TABLE.")
    private @Nullable Path tables;

    public static JobArguments of(final String file, final List<String> settings, final List<String> overrides)
    {
        final JobArguments arguments = new JobArguments();
        arguments.file = file;
        arguments.settings = settings;
        arguments.overrides = overrides;
        return arguments;
    }

    public boolean isStandardInput()
    {
        return file.equals(STANDARD_INPUT);
    }

    /** The file as given, for messages. */
    public String displayName()
    {
        return isStandardInput() ? "<stdin>" : file;
    }

    /** The file's name without its ending. */
    String jobName()
    {
        if (isStandardInput())
        {
            return "stdin";
        }
        final String name = String.valueOf(Path.of(file).getFileName());
        final int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Where the tables of a state folder are that the job may read; null where none was named. */
    @Nullable String tablesFolder()
    {
        if (tables == null)
        {
            return null;
        }
        final Path folder = tables.resolve("tables");
        if (!Files.isDirectory(folder))
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT,
                "--tables " + tables + ": no job has kept late or dead rows there");
        }
        return folder.toString();
    }

    /** The job's text. */
    String read(final InputStream stdin)
    {
        if (file.isEmpty())
        {
            throw new CommandFailure(ExitCode.USAGE, "Missing required parameter: 'JOB.sql'");
        }
        try (InputStream stream = isStandardInput() ? stdin : Files.newInputStream(Path.of(file)))
        {
            final byte[] bytes = stream.readNBytes(MAX_JOB_BYTES + 1);
            if (bytes.length > MAX_JOB_BYTES)
            {
                throw new CommandFailure(ExitCode.INVALID,
                    displayName() + " is larger than " + MAX_JOB_BYTES + " bytes: it is not a job");
            }
            final String text = new String(bytes, StandardCharsets.UTF_8);
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        }
        catch (final NoSuchFileException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "no such file: " + file);
        }
        catch (final IOException e)
        {
            throw new CommandFailure(ExitCode.ENVIRONMENT, "can't read " + displayName() + ": " + Failures.reason(e));
        }
    }

    /** The settings given, by key. */
    Map<String, String> settings()
    {
        final Map<String, String> parsed = new LinkedHashMap<>();
        for (final String setting : settings)
        {
            final int equals = setting.indexOf('=');
            if (equals <= 0)
            {
                throw new CommandFailure(ExitCode.USAGE, "--set " + setting + ": expected --set KEY=VALUE");
            }
            parsed.put(setting.substring(0, equals).trim(), setting.substring(equals + 1));
        }
        return parsed;
    }

    /** The tables' options given, by table. */
    Map<String, Map<String, String>> overrides()
    {
        final Map<String, Map<String, String>> parsed = new LinkedHashMap<>();
        for (final String override : overrides)
        {
            final int equals = override.indexOf('=');
            final int dot = override.indexOf('.');
            if (dot <= 0 || equals <= dot + 1)
            {
                throw new CommandFailure(ExitCode.USAGE, "-e " + override + ": expected -e TABLE.OPTION=VALUE");
            }
            parsed.computeIfAbsent(override.substring(0, dot), (table) -> new LinkedHashMap<>())
                .put(override.substring(dot + 1, equals), override.substring(equals + 1));
        }
        return parsed;
    }
}
