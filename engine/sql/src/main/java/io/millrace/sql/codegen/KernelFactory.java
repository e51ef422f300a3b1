package io.millrace.sql.codegen;

import io.millrace.engine.kernel.Kernel;
import java.lang.reflect.Constructor;
import java.util.function.Supplier;

/** Makes instances of one generated class, and keeps its source for explain and debugging. */
public final class KernelFactory<K extends Kernel> implements Supplier<K>
{
    private final Class<K> type;
    private final Constructor<?> constructor;
    private final Constants constants;
    private final String source;

    KernelFactory(final Class<K> type, final Constructor<?> constructor, final Constants constants, final String source)
    {
        this.type = type;
        this.constructor = constructor;
        this.constants = constants;
        this.source = source;
    }

    @Override
    public K get()
    {
        try
        {
            return type.cast(constructor.newInstance(constants));
        }
        catch (final ReflectiveOperationException e)
        {
            throw new IllegalStateException("a generated class can't be instantiated", e);
        }
    }

    /** The Java source that the class was compiled from. */
    public String source()
    {
        return source;
    }

    /** Name of the generated class. */
    public String className()
    {
        return constructor.getDeclaringClass().getName();
    }
}
