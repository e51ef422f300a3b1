package io.millrace.sql.compile;

import io.millrace.engine.kernel.Kernel;
import io.millrace.sql.codegen.Constants;
import java.util.Map;
import java.util.SortedMap;

/**
 * The generated classes of one job, just compiled or read back. It needs no compiler.
 *
 * <p><b>Errors:</b> a {@link LinkageError} where the bytes are no class for this Java and this build.
 */
public final class KernelLoader extends ClassLoader
{
    public KernelLoader()
    {
        super(KernelLoader.class.getClassLoader());
    }

    /**
     * Defines a kernel's classes.
     *
     * @param className name of the kernel's own class.
     * @param classes   its bytes and those of classes nested in it, by name.
     * @param constants laid out.
     * @param type      what kind of kernel it is.
     */
    public <K extends Kernel> KernelFactory<K> load(
        final String className, final SortedMap<String, byte[]> classes, final Constants constants,
        final String source, final Class<K> type)
    {
        Class<?> kernel = null;
        for (final Map.Entry<String, byte[]> entry : classes.entrySet())
        {
            final byte[] code = entry.getValue();
            final Class<?> defined = defineClass(entry.getKey(), code, 0, code.length);
            kernel = entry.getKey().equals(className) ? defined : kernel;
        }
        if (kernel == null || !type.isAssignableFrom(kernel))
        {
            throw new NoClassDefFoundError(className + " as a " + type.getSimpleName());
        }
        try
        {
            return new KernelFactory<>(type, kernel.getConstructor(Constants.class), constants, classes, source);
        }
        catch (final NoSuchMethodException e)
        {
            throw (LinkageError)new NoSuchMethodError(className + " takes no constants").initCause(e);
        }
    }
}
