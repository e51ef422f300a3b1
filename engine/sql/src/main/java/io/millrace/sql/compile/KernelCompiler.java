package io.millrace.sql.compile;

import io.millrace.engine.kernel.Kernel;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.Inputs;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.function.Functions;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.ClassLoaderIClassLoader;
import org.codehaus.janino.IClassLoader;
import org.codehaus.janino.Parser;
import org.codehaus.janino.Scanner;
import org.codehaus.janino.UnitCompiler;
import org.codehaus.janino.util.ClassFile;

/**
 * Compiles the generated classes of one job with Janino, into one {@link KernelLoader}.
 *
 * <p><b>Limits:</b> a method of more than {@link #MAX_METHOD_LENGTH} bytes is refused, since HotSpot would never
 * compile it.
 */
final class KernelCompiler
{
    /** HotSpot's limit (HugeMethodLimit). */
    static final int MAX_METHOD_LENGTH = 8000;

    private final KernelLoader loader = new KernelLoader();
    /** By source without a name: pipelines that do the same share a class, unless it has constants. */
    private final Map<String, KernelFactory<?>> compiled = new HashMap<>();
    /** What kernels call. To look a name up, or that it names no class, takes longer than all else. */
    private final IClassLoader known = new ClassLoaderIClassLoader(loader.getParent());

    /** Begins the source of a kernel, in which every function of SQL can be called. */
    static KernelClass begin(final String name, final String parent, final Inputs inputs, final FailureSites sites)
    {
        return new KernelClass(name, parent, inputs, sites, function -> Functions.get(function).emitter());
    }

    /** The factory of a kernel whose source is complete. */
    <K extends Kernel> KernelFactory<K> compile(final KernelClass kernel, final Class<K> type)
    {
        final String anonymous = type.getName() + kernel.source("");
        final KernelFactory<?> same = kernel.constants().isEmpty() ? compiled.get(anonymous) : null;
        if (same != null)
        {
            return same.as(type);
        }
        kernel.constants().conclude();
        final String source = kernel.source();
        try
        {
            final List<ClassFile> files = new ArrayList<>();
            new UnitCompiler(new Parser(new Scanner(kernel.name() + ".java", new StringReader(source)))
                .parseAbstractCompilationUnit(), known).compileUnit(true, true, false, files);
            final SortedMap<String, byte[]> classes = new TreeMap<>();
            for (final ClassFile file : files)
            {
                check(file);
                classes.put(file.getThisClassName(), file.toByteArray());
            }
            final KernelFactory<K> factory = loader.load(
                KernelClass.PACKAGE + "." + kernel.name(), classes, kernel.constants(), source, type);
            compiled.put(anonymous, factory);
            return factory;
        }
        catch (final CompileException | IOException e)
        {
            throw new IllegalStateException("generated code does not compile: " + e.getMessage() + "\n" + source, e);
        }
    }

    private static void check(final ClassFile file)
    {
        for (final ClassFile.MethodInfo method : file.methodInfos)
        {
            for (final ClassFile.AttributeInfo attribute : method.getAttributes())
            {
                if (attribute instanceof ClassFile.CodeAttribute code)
                {
                    if (code.code.length > MAX_METHOD_LENGTH)
                    {
                        throw new IllegalStateException("generated method " + method.getName() + " of " +
                            file.getThisClassName() + " has " + code.code.length + " bytes");
                    }
                }
            }
        }
    }
}
