/** A job from the command line to its end: read, compiled, run, counted. Depends on live, side and terminal. */
@NullMarked
package io.millrace.node.job;

import org.jspecify.annotations.NullMarked;
