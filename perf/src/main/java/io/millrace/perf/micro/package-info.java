/** Benchmarks of single parts, under JMH. Depends on codecs and the engine. */
@NullMarked
package io.millrace.perf.micro;

import org.jspecify.annotations.NullMarked;
