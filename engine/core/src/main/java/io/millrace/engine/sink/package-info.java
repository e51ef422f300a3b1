/** From the output log to tables: the sink agent, and the late and dead tables. Depends on logs and connectors. */
@NullMarked
package io.millrace.engine.sink;

import org.jspecify.annotations.NullMarked;
