package io.millrace.sql.compile;

import io.millrace.engine.kernel.Kernel;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.Inputs;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.function.Functions;
import java.io.IOException;
import java.io.StringReader;
import java.util.TreeMap;
import org.codehaus.commons.compiler.CompileException;
import org.codehaus.janino.SimpleCompiler;
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

    /** Begins the source of a kernel, in which every function of SQL can be called. */
    static KernelClass begin(final String name, final String parent, final Inputs inputs, final FailureSites sites)
    {
        return new KernelClass(name, parent, inputs, sites, function -> Functions.get(function).emitter());
    }

    /** The factory of a kernel whose source is complete. */
    <K extends Kernel> KernelFactory<K> compile(final KernelClass kernel, final Class<K> type)
    {
        kernel.constants().conclude();
        final String source = kernel.source();
        try
        {
            final SimpleCompiler compiler = new SimpleCompiler();
            compiler.setParentClassLoader(loader.getParent());
            compiler.setDebuggingInformation(true, true, false);
            compiler.cook(kernel.name() + ".java", new StringReader(source));
            for (final ClassFile file : compiler.getClassFiles())
            {
                check(file);
            }
            return loader.load(KernelClass.PACKAGE + "." + kernel.name(), new TreeMap<>(compiler.getBytecodes()),
                kernel.constants(), source, type);
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
