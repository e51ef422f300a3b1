/** What connectors and formats implement, found by name through ServiceLoader. Depends on codecs and plans. */
@NullMarked
package io.millrace.engine.connector;

import org.jspecify.annotations.NullMarked;
