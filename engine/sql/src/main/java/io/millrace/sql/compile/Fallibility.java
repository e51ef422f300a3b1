package io.millrace.sql.compile;

import io.millrace.sql.codegen.Code;
import io.millrace.sql.codegen.FailureSites;
import io.millrace.sql.codegen.Inputs;
import io.millrace.sql.expr.Expr;

/** Whether an expression can fail at run time: found by emitting it and looking for a failure. */
final class Fallibility
{
    private Fallibility()
    {
    }

    static boolean mayFail(final Expr expr, final Inputs inputs)
    {
        final Code code = new Code(KernelCompiler.begin("Trial", "Object", inputs, new FailureSites()), "return -2;");
        code.emit(expr);
        return code.mayFail();
    }
}
