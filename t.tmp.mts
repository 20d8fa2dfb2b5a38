import { loadGate, checkReadOnly } from "/work/main/src/runs/gate.ts";
await loadGate();
for (const s of ["SELECT 1"+"+1".repeat(45000), "SELECT 1"+"+1".repeat(45000), "SELECT "+"(".repeat(40000)+"1"+")".repeat(40000)]) { const t=performance.now(); try{checkReadOnly(s)}catch(e){console.log((e as Error).message.slice(0,60))} console.log(performance.now()-t); }
