package io.millrace.node.job;

import io.millrace.engine.checkpoint.PlanPart;
import io.millrace.engine.plan.JobPlan;
import io.millrace.engine.setting.Settings;
import io.millrace.engine.storage.StorageException;
import io.millrace.node.state.StateFolders;
import io.millrace.node.terminal.Terminal;
import io.millrace.persistence.local.FileStorage;
import io.millrace.persistence.local.KeyProvider;
import io.millrace.sql.Explain;
import io.millrace.sql.parse.ScriptSplitter;
import io.millrace.sql.stored.PlanKey;
import io.millrace.sql.stored.StoredPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A job ready to run: compiled, or as its state folder keeps it from the last time, which loads no compiler.
 *
 * @param stored    what a state folder is to keep of it; null where there is none.
 * @param explained the job as a tree that a person reads; may be empty.
 */
public record CompiledJob(JobPlan plan, Settings settings, @Nullable StoredPlan stored, String explained)
{
    /** Of a stored plan: what was set in all, by job and command line. */
    private static final String SET = "set.";
    private static final String BUILD = "build";
    private static final String FINDINGS = "findings";
    private static final String FINGERPRINT = "fingerprint";
    private static final String EXPLAINED = "explained";

    /** Reads a job and tells the user every finding; null where it is not valid. */
    public static @Nullable CompiledJob of(
        final JobArguments arguments, final @Nullable Path stateFolder, final Context context)
    {
        if (stateFolder == null)
        {
            final JobCompilation compilation = JobCompilation.read(arguments, context);
            return compilation.isValid() ? new CompiledJob(
                compilation.plan(), compilation.settings(), null, Explain.of(compilation.job())) : null;
        }
        final String text = arguments.read(context.terminal().stdin());
        final String build = Version.build();
        final String key =
            PlanKey.of(text, arguments.jobName(), arguments.overrides(), arguments.settings(), build);
        final StoredPlan stored = find(stateFolder, key, keyFile(arguments, text), context.terminal());
        if (stored != null)
        {
            final String findings = stored.values().getOrDefault(FINDINGS, "");
            if (!findings.isEmpty())
            {
                context.terminal().say(findings);
            }
            return new CompiledJob(
                stored.plan(), settingsOf(stored), stored, stored.values().getOrDefault(EXPLAINED, ""));
        }
        final JobCompilation compilation = JobCompilation.read(arguments, text, context);
        if (!compilation.isValid())
        {
            return null;
        }
        final JobPlan plan = compilation.durablePlan(context.catalogue());
        final SortedMap<String, String> values = new TreeMap<>();
        compilation.settingsGiven().forEach((name, value) -> values.put(SET + name, value));
        values.put(BUILD, build);
        values.put(FINDINGS, compilation.findings());
        values.put(FINGERPRINT, Explain.fingerprint(compilation.job()));
        final String explained = Explain.of(compilation.job());
        values.put(EXPLAINED, explained);
        return new CompiledJob(plan, compilation.settings(), new StoredPlan(key, values, plan), explained);
    }

    /** The key file that the job will name, as far as can be told before it is compiled. */
    private static String keyFile(final JobArguments arguments, final String text)
    {
        final String name = Settings.KEY_FILE.key();
        final String given = arguments.settings().get(name);
        return (given != null ? given : ScriptSplitter.settings(text).getOrDefault(name, "")).strip();
    }

    private static @Nullable StoredPlan find(
        final Path folder, final String key, final String keyFile, final Terminal terminal)
    {
        if (!Files.isDirectory(folder))
        {
            return null;
        }
        final KeyProvider keys = StateFolders.keys(folder, keyFile);
        try (FileStorage storage = new FileStorage(folder))
        {
            return new StoredPlans(storage, keys, terminal::warnOnce).find(key);
        }
        catch (final StorageException e)
        {
            terminal.say("the stored plan can't be read, the job is compiled again: " + e.getMessage());
            return null;
        }
    }

    /** The settings with which a stored plan was made. */
    public static Settings settingsOf(final StoredPlan stored)
    {
        final Map<String, String> given = new LinkedHashMap<>();
        stored.values().forEach((name, value) ->
        {
            if (name.startsWith(SET))
            {
                given.put(name.substring(SET.length()), value);
            }
        });
        return Settings.of(given);
    }

    /** Whether a stored plan was made by this build, so that it runs. */
    public static boolean isOfThisBuild(final StoredPlan stored)
    {
        return Version.build().equals(stored.values().get(BUILD));
    }

    /** The job itself, for its checkpoints. */
    public PlanPart planPart()
    {
        return stored == null ? PlanPart.NONE : new PlanPart(stored.bytes());
    }

    /** Manifest values that say what job this is. */
    public Map<String, String> identity()
    {
        return stored == null ? Map.of() : identity(stored, settings);
    }

    /** Manifest values that say what job a stored plan is. */
    public static Map<String, String> identity(final StoredPlan stored, final Settings settings)
    {
        final Map<String, String> identity = new TreeMap<>(stored.plan().identity());
        identity.put("job.name", stored.plan().name());
        identity.put("job.plan", stored.values().getOrDefault(FINGERPRINT, ""));
        identity.put("job.shards", Integer.toString(settings.count(Settings.SHARDS)));
        return identity;
    }
}
