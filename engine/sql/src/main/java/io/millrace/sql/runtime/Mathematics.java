package io.millrace.sql.runtime;

/** Functions of real numbers that {@code java.lang.Math} has not. Nothing here allocates. */
public final class Mathematics
{
    private Mathematics()
    {
    }

    /** By the power of a half, as in Flink: so is the last digit. */
    public static double squareRoot(final double x)
    {
        return Math.pow(x, 0.5);
    }

    public static double log2(final double x)
    {
        return log(2, x);
    }

    public static double log(final double x)
    {
        return Math.log(x);
    }

    /** Of a base. */
    public static double log(final double base, final double x)
    {
        return Math.log(x) / Math.log(base);
    }

    public static double cot(final double x)
    {
        return 1.0 / Math.tan(x);
    }
}
