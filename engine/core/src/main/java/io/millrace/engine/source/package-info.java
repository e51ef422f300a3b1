/** Records to rows to blocks: the agent of each table that is read. Depends on ring, kernels, plans, connectors. */
@NullMarked
package io.millrace.engine.source;

import org.jspecify.annotations.NullMarked;
