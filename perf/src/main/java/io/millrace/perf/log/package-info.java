/** The providers of durable logs beside one another. Depends on all of them. */
@NullMarked
package io.millrace.perf.log;

import org.jspecify.annotations.NullMarked;
