package io.millrace.sql.runtime;

import io.millrace.engine.kernel.Failure;
import io.millrace.engine.kernel.Scratch;
import java.math.BigDecimal;

/** FLOAT and DOUBLE as DECIMAL. Allocates. */
public final class Reals
{
    private Reals()
    {
    }

    /** The shortest decimal that is this double, rounded half up; not a number and infinities fail. */
    public static long toDecimal(
        final Scratch scratch, final Decimals decimals, final double value, final int precision, final int scale)
    {
        if (Double.isNaN(value) || Double.isInfinite(value))
        {
            scratch.failure = Failure.CAST.ordinal();
            return 0;
        }
        return decimals.store(BigDecimal.valueOf(value), precision, scale);
    }
}
