/** A job: its agents, how they are placed on threads, and its counts. Depends on the rest of engine/core. */
@NullMarked
package io.millrace.engine.job;

import org.jspecify.annotations.NullMarked;
