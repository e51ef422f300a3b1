/** Random rows, expressions and jobs that Flink and Millrace are both asked about; depends on nothing but Java. */
@NullMarked
package io.millrace.perf.search;

import org.jspecify.annotations.NullMarked;
