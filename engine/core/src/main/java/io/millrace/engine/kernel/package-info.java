/** What engine/sql compiles and the engine's agents call, row by row. Depends on codecs. */
@NullMarked
package io.millrace.engine.kernel;

import org.jspecify.annotations.NullMarked;
