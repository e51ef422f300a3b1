/** The composition root: command line, settings, wiring. Depends on every engine module. */
@NullMarked
package io.millrace.node;

import org.jspecify.annotations.NullMarked;
