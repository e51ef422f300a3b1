/** How many rows a second one producer brings into the engine, beside bare Aeron and bare Disruptor. */
@NullMarked
package io.millrace.perf.throughput;

import org.jspecify.annotations.NullMarked;
