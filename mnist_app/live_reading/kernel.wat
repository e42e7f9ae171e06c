;; kernel.wasm is this file as the tool wat2wasm of wabt 1.0.39 translates it.
;;
;; One row of a convolution, or a dense layer: the inner loops of network.js, 16 numbers at a time.
;;
;; For each of $pixels outputs beside each other and each of $channels output channels
;;   out = max($floor, bias + sum over $rows and $length of weight * input)
;; Weights lie in blocks of 8 output channels: [channels / 8][rows][length][8]. Strides and
;; addresses are in bytes. $channels is a multiple of 8, $pixels is at least 4; the last four
;; outputs are calculated together, some of them twice where $pixels is no multiple of 4.
(module
  (memory (export "memory") 1)
  (func (export "row")
    (param $input i32) (param $weights i32) (param $bias i32) (param $output i32)
    (param $rows i32) (param $length i32) (param $rowStride i32) (param $pixelStride i32)
    (param $pixels i32) (param $channels i32) (param $floor f32)
    (local $block i32) (local $pixel i32) (local $first i32) (local $row i32) (local $left i32)
    (local $in i32) (local $weight i32) (local $out i32) (local $outStride i32)
    (local $blockBytes i32) (local $biasAt i32)
    (local $w0 v128) (local $w1 v128) (local $x v128) (local $least v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)
    (local.set $least (f32x4.splat (local.get $floor)))
    (local.set $outStride (i32.shl (local.get $channels) (i32.const 2)))
    (local.set $blockBytes
      (i32.shl (i32.mul (local.get $rows) (local.get $length)) (i32.const 5)))
    (loop $blocks
      (local.set $pixel (i32.const 0))
      (loop $fours
        (local.set $first
          (select (local.get $pixel) (i32.sub (local.get $pixels) (i32.const 4))
            (i32.le_s (local.get $pixel) (i32.sub (local.get $pixels) (i32.const 4)))))
        (local.set $biasAt (i32.add (local.get $bias) (i32.shl (local.get $block) (i32.const 2))))
        (local.tee $a0 (v128.load (local.get $biasAt)))
        (local.tee $b0) (local.tee $c0) (local.set $d0)
        (local.tee $a1 (v128.load offset=16 (local.get $biasAt)))
        (local.tee $b1) (local.tee $c1) (local.set $d1)
        (local.set $weight (local.get $weights))
        (local.set $row (i32.const 0))
        (loop $rowLoop
          (local.set $in
            (i32.add
              (i32.add (local.get $input) (i32.mul (local.get $row) (local.get $rowStride)))
              (i32.mul (local.get $first) (local.get $pixelStride))))
          (local.set $left (local.get $length))
          (loop $lengthLoop
            (local.set $w0 (v128.load (local.get $weight)))
            (local.set $w1 (v128.load offset=16 (local.get $weight)))
            (local.set $x (v128.load32_splat (local.get $in)))
            (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $x) (local.get $w0))))
            (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $x) (local.get $w1))))
            (local.set $x
              (v128.load32_splat (i32.add (local.get $in) (local.get $pixelStride))))
            (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $x) (local.get $w0))))
            (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $x) (local.get $w1))))
            (local.set $x
              (v128.load32_splat
                (i32.add (local.get $in) (i32.shl (local.get $pixelStride) (i32.const 1)))))
            (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (local.get $w0))))
            (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (local.get $w1))))
            (local.set $x
              (v128.load32_splat
                (i32.add (local.get $in) (i32.mul (local.get $pixelStride) (i32.const 3)))))
            (local.set $d0 (f32x4.add (local.get $d0) (f32x4.mul (local.get $x) (local.get $w0))))
            (local.set $d1 (f32x4.add (local.get $d1) (f32x4.mul (local.get $x) (local.get $w1))))
            (local.set $weight (i32.add (local.get $weight) (i32.const 32)))
            (local.set $in (i32.add (local.get $in) (i32.const 4)))
            (br_if $lengthLoop (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br_if $rowLoop (i32.lt_s (local.get $row) (local.get $rows))))
        (local.set $out
          (i32.add
            (i32.add (local.get $output) (i32.shl (local.get $block) (i32.const 2)))
            (i32.mul (local.get $first) (local.get $outStride))))
        (v128.store (local.get $out) (f32x4.max (local.get $a0) (local.get $least)))
        (v128.store offset=16 (local.get $out) (f32x4.max (local.get $a1) (local.get $least)))
        (local.set $out (i32.add (local.get $out) (local.get $outStride)))
        (v128.store (local.get $out) (f32x4.max (local.get $b0) (local.get $least)))
        (v128.store offset=16 (local.get $out) (f32x4.max (local.get $b1) (local.get $least)))
        (local.set $out (i32.add (local.get $out) (local.get $outStride)))
        (v128.store (local.get $out) (f32x4.max (local.get $c0) (local.get $least)))
        (v128.store offset=16 (local.get $out) (f32x4.max (local.get $c1) (local.get $least)))
        (local.set $out (i32.add (local.get $out) (local.get $outStride)))
        (v128.store (local.get $out) (f32x4.max (local.get $d0) (local.get $least)))
        (v128.store offset=16 (local.get $out) (f32x4.max (local.get $d1) (local.get $least)))
        (local.set $pixel (i32.add (local.get $pixel) (i32.const 4)))
        (br_if $fours (i32.lt_s (local.get $pixel) (local.get $pixels))))
      (local.set $weights (i32.add (local.get $weights) (local.get $blockBytes)))
      (local.set $block (i32.add (local.get $block) (i32.const 8)))
      (br_if $blocks (i32.lt_s (local.get $block) (local.get $channels))))))
