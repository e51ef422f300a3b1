package io.millrace.sql.compile;

import io.millrace.engine.kernel.Kernel;
import io.millrace.sql.codegen.Constants;
import java.lang.reflect.Constructor;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes instances of one generated class; keeps its bytes, to store them, and its source, for people. */
public final class KernelFactory<K extends Kernel> implements Supplier<K>
{
    private final Class<K> type;
    private final Constructor<?> constructor;
    private final Constants constants;
    private final SortedMap<String, byte[]> classes;
    private final String source;

    KernelFactory(final Class<K> type, final Constructor<?> constructor, final Constants constants,
        final SortedMap<String, byte[]> classes, final String source)
    {
        this.classes = new TreeMap<>(classes);
        this.type = type;
        this.constructor = constructor;
        this.constants = constants;
        this.source = source;
    }

    /** The same for who knows the class as a kernel of this type. */
    public <T extends Kernel> KernelFactory<T> as(final Class<T> other)
    {
        return new KernelFactory<>(other, constructor, constants, classes, source);
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

    /** The bytes of the generated class, and of those nested in it, by name. */
    public SortedMap<String, byte[]> classes()
    {
        return classes;
    }

    /** What every instance is given. */
    public Constants constants()
    {
        return constants;
    }
}
