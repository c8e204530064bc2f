/** A port of which a test answers only what it expects to be asked; anything else is a TypeError that fails the test. */
export const only = <Port>(methods: Partial<Port>): Port => methods as Port;
