package io.millrace.sql.stored;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What a plan was made of, as one SHA-256: equal keys, equal plans. */
public final class PlanKey
{
    private PlanKey()
    {
    }

    /**
     * The key of a job.
     *
     * @param text      of the job, whole.
     * @param name      that the job goes by.
     * @param overrides options of its tables given from outside.
     * @param settings  given from outside.
     * @param build     what tells this build from every other.
     */
    public static String of(
        final String text, final String name, final Map<String, Map<String, String>> overrides,
        final Map<String, String> settings, final String build)
    {
        final MessageDigest digest;
        try
        {
            digest = MessageDigest.getInstance("SHA-256");
        }
        catch (final NoSuchAlgorithmException e)
        {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        add(digest, build);
        add(digest, name);
        add(digest, text);
        new TreeMap<>(settings).forEach((key, value) ->
        {
            add(digest, key);
            add(digest, value);
        });
        new TreeMap<>(overrides).forEach((table, options) ->
        {
            add(digest, "table");
            add(digest, table);
            new TreeMap<>(options).forEach((key, value) ->
            {
                add(digest, key);
                add(digest, value);
            });
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(final MessageDigest digest, final String text)
    {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
        digest.update((byte)':');
        digest.update(bytes);
    }
}
