// A WebAssembly module whose next instruction is a real trap, when asked for. Imported before the package.

/** A module whose export `t` does nothing but `unreachable`. */
const bytes = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11,
];

const { Instance, Module } = WebAssembly;
const trap = new Instance(new Module(new Uint8Array(bytes))).exports.t;

/** Instances of the engine that were made. */
export const made = [];

/** Lets the newest instance trap when it is run next. */
export const arm = () => (made.at(-1).armed = true);

WebAssembly.Instance = class {
  constructor(...given) {
    const { exports } = new Instance(...given);
    this.exports = { ...exports };
    if (!exports.run) return;
    const state = { armed: false };
    made.push(state);
    this.exports.run = () => {
      if (state.armed) trap();
      return exports.run();
    };
  }
};
