/** Rows to rows: ring, agents, operators, windows, off-heap state, and the interfaces to what is outside. */
@NullMarked
package io.millrace.engine;

import org.jspecify.annotations.NullMarked;
