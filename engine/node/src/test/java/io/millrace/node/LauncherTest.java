package io.millrace.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LauncherTest
{
    private static final Path LAUNCHER = Path.of("../../millrace");
    private static final Pattern METHOD = Pattern.compile("(\\w+\\.\\w+)::(\\w+)");

    @Test
    void shouldNameMethodsThatThereAreWhenItSaysWhatIsCompiledByItself() throws Exception
    {
        final Matcher names = METHOD.matcher(Files.readString(LAUNCHER));
        int count = 0;
        while (names.find())
        {
            final String method = names.group(2);
            assertTrue(Arrays.stream(Class.forName("io.millrace.engine." + names.group(1)).getDeclaredMethods())
                .anyMatch(one -> one.getName().equals(method)), names.group());
            count++;
        }
        assertTrue(count > 5, count + " methods");
    }
}
