//! The scripts, natively and in WebAssembly.

#[cfg(not(target_arch = "wasm32"))]
macro_rules! here {
    ($script:ident) => {
        #[test]
        fn $script() {
            box_faults::$script();
        }
    };
}

#[cfg(target_arch = "wasm32")]
macro_rules! here {
    ($script:ident) => {
        #[wasm_bindgen_test::wasm_bindgen_test]
        fn $script() {
            box_faults::$script();
        }
    };
}

box_faults::for_each_script!(here);
