package io.millrace.sql.compile;

import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.KernelClass;
import io.millrace.sql.codegen.Value;

/** Puts finished code into the methods that kernels override. */
final class Methods
{
    private Methods()
    {
    }

    /** Adds an overriding method; {@code emptiesScratch} where it is the first to run on a row. */
    static void add(
        final KernelClass kernel, final String signature, final Code code, final boolean emptiesScratch)
    {
        final String reset = emptiesScratch ? KernelClass.RESET : "";
        kernel.method("    public " + signature + "\n    {\n" + reset + code.text() + "    }\n");
    }

    /** A timestamp as milliseconds, NO_TIME where it is NULL. */
    static String timeOf(final Value value)
    {
        return value.isAlwaysNull() ? "Kernel.NO_TIME" :
            value.isNullable() ? value.isNull() + " ? Kernel.NO_TIME : " + value.first() : value.first();
    }
}
