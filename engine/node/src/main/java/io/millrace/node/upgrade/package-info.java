/** A state folder for a job that may not be the one that left it. Depends on job, state and terminal. */
@NullMarked
package io.millrace.node.upgrade;

import org.jspecify.annotations.NullMarked;
